"""`drawdown` with the stand-in on the stage: `python staged.py '{"7": "dies"}' run little.yaml`."""

import json
import sys

from standin import Staged

from sim.__main__ import drawdown

if __name__ == "__main__":
    trouble = {int(number): how for number, how in json.loads(sys.argv.pop(1)).items()}
    drawdown(Staged(trouble))
