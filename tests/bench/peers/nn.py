"""PyTorch as a peer of the neural engine: reads one JSON request per line, answers each with one JSON line.

    python nn.py machine|train|sample|logits < requests

The process stays alive until its input ends, and keeps what it loaded and compiled, so that its runs can take turns
with those of others. A request that fails is answered with {"error": "..."}.
"""
import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
sys.dont_write_bytecode = True  # leaves the folder as it is

from machine import machine
from models import logits
from sampling import sample
from training import train

COMMANDS = {"machine": machine, "train": train, "sample": sample, "logits": logits}


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.exit(f"nn.py: expected one command of {', '.join(COMMANDS)}; got {' '.join(arguments) or 'none'}")
    answer = COMMANDS[arguments[0]]
    for line in filter(str.strip, sys.stdin):
        try:
            reply = answer(**json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
