"""A grader in Python, one JSON line in and one out. Check it: npx ludus check -- python3 docs/examples/grader.py"""
import json
import re
import sys
from fractions import Fraction

TASKS = [{"prompt": f"What is {a} + {b}? Give the sum in \\boxed{{}}.", "gold": str(a + b)}
         for a, b in [(2, 5), (13, 8), (40, 2), (99, 99), (120, 7), (5, 31)]]
FACTS = {"name": "sum-grader", "kind": "number", "tasks": TASKS, "range": [0, 1],
         "answer": {"prefix": "\\boxed{", "suffix": "}", "policy": "last"}}


def score(task, response):
    boxed = re.findall(r"\\boxed\{([^{}]*)\}", response)
    if not boxed or not re.fullmatch(r"[+-]?\d{1,30}(\.\d{1,30})?", boxed[-1].strip(), re.ASCII):
        return 0.0
    return 1.0 if Fraction(boxed[-1].strip()) == int(task["gold"]) else 0.0


for line in sys.stdin:
    request = json.loads(line)
    answer = FACTS if "describe" in request else {"score": score(request["task"], request["response"])}
    print(json.dumps(answer), flush=True)
