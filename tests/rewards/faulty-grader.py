"""A grader that does everything wrong, by what the response asks for."""
import json
import sys

LINES = {
    "nan": '{"score": NaN}',
    "infinity": '{"score": -Infinity}',
    "null": '{"score": null}',
    "error": '{"error": "ValueError: planted"}',
    "garbage": 'looking at it...\n{"score": 1}',
    "wrong type": '{"score": "1"}',
    "two lines": '{"score": 1}\n{"score": 0}',
}

for line in sys.stdin:
    request = json.loads(line)
    if "describe" in request:
        print(json.dumps({"name": "faulty-grader", "tasks": [{"prompt": "p", "gold": "1"}]}), flush=True)
        continue
    wanted = request["response"]
    if wanted == "die":
        sys.exit(3)
    while wanted == "hang":
        pass
    print(LINES.get(wanted, '{"score": 0.25}'), flush=True)
