"""The reference camp in other packages for simulation, where they are installed, beside idiomatic SimPy.

    pip install salabim ciw openclsim
    python -m benchmarks.rivals

simmer is asked where `Rscript` and the package are there. The inputs are the same, lot by lot, and so are the figures,
replication by replication; no time is taken of a writing that gives others. What a package can't say is left out, and
said: Ciw has no loads, so it is given the crews alone, and compared with SimPy's crews alone.
"""
