import sys
from pathlib import Path

# worker processes inherit the path and must find the stand-in by its name
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "standin"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "worldkit"))
