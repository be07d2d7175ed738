"""Linear mixed models of participants in clusters, by restricted maximum likelihood."""
