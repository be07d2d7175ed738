# Adjusted p values: p.adjust (holm, hommel; a hypothesis without p counts, n = all of them), the order of tests by cummax,
# and graphs of Bretz et al. by what they are short for: the closed test of all intersections, each by weighted Bonferroni.
# The graph of three doses and two endpoints and its p values are the example of Bretz et al. (Biom J 2011;53:894-913)
# in the package gMCP, whose tests ask for the rejection of H21, H31 and H32 at 0.05. The other is parallel gatekeeping.
families <- list(four = c(a = .01, b = .02, c = .03, d = .04), ties = c(a = .02, b = .02, c = .001, d = .5, e = .02, f = 1),
                 lacking = c(a = .004, b = NA, c = .03, d = .011, e = NA), one = c(a = .2), small = c(a = 1e-12, b = 3e-8, c = 0))
write.csv(do.call(rbind, lapply(names(families), function(f) data.frame(family = f, name = names(families[[f]]), p = families[[f]]))),
          "multiplicity_families.csv", row.names = FALSE, quote = FALSE, na = "")
for (case in names(families)) {
  p <- families[[case]]; known <- p[!is.na(p)]
  for (method in c("holm", "hommel"))
    golden(case, method, p.adjust(known, method, n = length(p)), 1e-13, "R p.adjust")
  golden(case, "fixed_sequence", cummax(ifelse(is.na(p), 1, p))[names(known)], 1e-13, "R cummax")
}

weights_of <- function(weights, shares, kept) {
  for (gone in setdiff(seq_along(weights), kept)) {
    weights <- weights + weights[gone] * shares[gone, ]; weights[gone] <- 0
    updated <- shares * 0
    for (l in setdiff(seq_along(weights), gone)) for (k in setdiff(seq_along(weights), c(gone, l))) {
      loop <- shares[l, gone] * shares[gone, l]
      if (loop < 1) updated[l, k] <- (shares[l, k] + shares[l, gone] * shares[gone, k]) / (1 - loop)
    }
    shares <- updated
  }
  weights[kept]
}
closed <- function(p, weights, shares) {
  m <- length(p); adjusted <- p * 0
  for (set in seq_len(2^m - 1)) {
    kept <- which(bitwAnd(set, 2^(seq_len(m) - 1)) > 0)
    w <- weights_of(weights, shares, kept)
    adjusted[kept] <- pmax(adjusted[kept], min(1, ifelse(w > 0, p[kept] / w, Inf)))
  }
  adjusted
}
doses <- rbind(H11 = c(0, .5, 0, .5, 0, 0), H21 = c(1/3, 0, 1/3, 0, 1/3, 0), H31 = c(0, .5, 0, 0, 0, .5),
               H12 = c(0, 1, 0, 0, 0, 0), H22 = c(.5, 0, .5, 0, 0, 0), H32 = c(0, 1, 0, 0, 0, 0))
of_doses <- closed(c(H11 = .1, H21 = .008, H31 = .005, H12 = .15, H22 = .04, H32 = .006), c(1, 1, 1, 0, 0, 0) / 3, doses)
stopifnot(identical(names(which(of_doses <= .05)), c("H21", "H31", "H32")))
golden("doses", "graph", of_doses, 1e-13, "R closed test")
gates <- rbind(H1 = c(0, 0, 1, 0), H2 = c(0, 0, 0, 1), H3 = c(0, 1, 0, 0), H4 = c(1, 0, 0, 0))
golden("gates", "graph", closed(c(H1 = .01, H2 = .005, H3 = .015, H4 = .022), c(.5, .5, 0, 0), gates), 1e-13, "R closed test")
golden("gates_other", "graph", closed(c(H1 = .02, H2 = .015, H3 = .01, H4 = .023), c(.5, .5, 0, 0), gates), 1e-13, "R closed test")
golden("four", "hommel", c(seconds = seconds(for (i in 1:1000) p.adjust(families$four, "hommel")) / 1000), 1, "R")
