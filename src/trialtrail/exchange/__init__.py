"""Results and datasets in forms of CDISC, for programs that know nothing of ours."""
