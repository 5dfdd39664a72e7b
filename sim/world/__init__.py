"""The world: places, crews, lift and movement control, played against a tape on one clock."""
