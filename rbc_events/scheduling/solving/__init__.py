"""Makes plans: the levels one after the other, by kernels, CP-SAT, large neighbourhoods and annealing."""
