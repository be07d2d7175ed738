# p adjusted for several hypotheses: p.adjust, and the graph of Bretz and others (Stat Med 2009;28:586-604) worked through here.
families <- list(five = c(.01, .02, .022, .09, .4), ties = c(.03, .03, .03, .2), small = c(.001, .0005, .9, .04, .012, .011, .2))
for (case in names(families)) for (method in c("holm", "hommel")) {
  p <- p.adjust(families[[case]], method); names(p) <- paste0("h", seq_along(p))
  golden(case, method, p, 1e-12, "p.adjust")
}
graph <- function(p, w, G) {
  n <- length(p); left <- seq_len(n); adjusted <- rep(NA, n); most <- 0
  while (length(left)) {
    j <- left[which.min(p[left] / w[left])]
    most <- max(most, min(1, p[j] / w[j])); adjusted[j] <- most; left <- setdiff(left, j)
    w2 <- w; G2 <- G
    for (l in left) {
      w2[l] <- w[l] + w[j] * G[j, l]
      for (k in left) G2[l, k] <- if (l == k || G[l, j] * G[j, l] >= 1) 0 else (G[l, k] + G[l, j] * G[j, k]) / (1 - G[l, j] * G[j, l])
    }
    w <- w2; G <- G2
  }
  names(adjusted) <- paste0("h", seq_len(n)); adjusted
}
G <- rbind(c(0, .5, .5, 0), c(.5, 0, 0, .5), c(0, 1, 0, 0), c(1, 0, 0, 0))
golden("two_doses", "graph", graph(c(.01, .02, .022, .09), c(.5, .5, 0, 0), G), 1e-12, "base R")
golden("two_doses_late", "graph", graph(c(.04, .011, .03, .006), c(.5, .5, 0, 0), G), 1e-12, "base R")
