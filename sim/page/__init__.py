"""One file that can be sent: results in, a self-contained page of HTML out."""
