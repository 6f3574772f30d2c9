# Bounds of interim looks and conditional power by rpact, held against transforms/statistics/group_sequential.py.
# Debian: r-cran-rpact. Rscript tests/reference/interim_looks.R > tests/reference/interim_looks.json
suppressPackageStartupMessages({library(rpact); library(jsonlite)})

shapes <- c("spending-obrien-fleming" = "asOF", "spending-pocock" = "asP", "obrien-fleming" = "OF", "pocock" = "P")
looks <- list(c(0.5, 1), c(0.5, 0.75, 1), c(0.2, 0.4, 0.6, 0.8, 1), c(0.31, 0.64, 1), c(0.1, 0.9, 1))
even <- function(rates) all(abs(rates - seq_along(rates) / length(rates)) < 1e-9)
cases <- list()
for (shape in names(shapes)) for (rates in looks) for (sides in 1:2) {
  if (!startsWith(shape, "spending") && !even(rates)) next
  alpha <- if (sides == 1) 0.025 else 0.05
  design <- getDesignGroupSequential(
    informationRates = rates, alpha = alpha, sided = sides, typeOfDesign = shapes[[shape]],
    twoSidedPower = FALSE, tolerance = 1e-10)
  cases[[length(cases) + 1]] <- list(
    shape = shape, fractions = rates, alpha = alpha, sides = if (sides == 1) "one" else "two",
    bounds = design$criticalValues, spent = design$alphaSpent)
}
cat(toJSON(list(rpact = as.character(packageVersion("rpact")), cases = cases), auto_unbox = TRUE, digits = 12, pretty = TRUE))
