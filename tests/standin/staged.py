"""`drawdown` with the stand-in on the stage: `python staged.py '{"7": "dies"}' run little.yaml`."""

import json
import sys

from standin import Staged

from sim.cli import main

if __name__ == "__main__":
    trouble = {int(number): how for number, how in json.loads(sys.argv[1]).items()}
    main(sys.argv[2:], obj=Staged(trouble))
