# Makes models/<family>.csv beside this file from R packages of Debian alone: Rscript models.R [family...] [--to=FOLDER]
# A row is a number: case, method, quantity, value, tolerance (relative; absolute where the value is 0), source.
# Seconds of a fit, the quickest of some, are rows with the quantity `seconds`.
# Debian bookworm: R 4.2.2. Packages beside r-base-core: the names in the `library` calls, as r-cran-<name>.
arguments <- commandArgs(trailingOnly = TRUE)
here <- normalizePath(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))))
to <- sub("^--to=", "", grep("^--to=", arguments, value = TRUE))
if (length(to) == 0) to <- file.path(here, "models")
to <- normalizePath(to)
families <- setdiff(arguments, grep("^--", arguments, value = TRUE))
if (length(families) == 0) families <- sub("[.]R$", "", list.files(file.path(here, "models"), "[.]R$"))
options(digits = 15, warn = 1)

rows <- list()
# Adds the numbers of a named vector to the table that is made.
golden <- function(case, method, values, tolerance, source) {
  for (name in names(values)) {
    rows[[length(rows) + 1]] <<- data.frame(
      case = case, method = method, quantity = name,
      value = formatC(as.numeric(values[[name]]), digits = 13, format = "g", width = 1),
      tolerance = format(tolerance), source = source)
  }
}
# Seconds that an expression takes, the quickest of some times.
seconds <- function(expression, times = 5) {
  expression <- substitute(expression); frame <- parent.frame()
  min(sapply(seq_len(times), function(i) system.time(eval(expression, frame))[["elapsed"]]))
}
for (family in families) {
  rows <- list()
  setwd(file.path(here, "models"))
  source(paste0(family, ".R"), local = FALSE)
  write.csv(do.call(rbind, rows), file.path(to, paste0(family, ".csv")), row.names = FALSE, quote = TRUE)
}
