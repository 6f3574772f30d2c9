# Delays of reports, right-truncated: survfit of negated delays with late entry is the reverse-time hazard; a loop writes the product out.
source("sets.R")
set.seed(20)
d <- rev(lung[seq(1, nrow(lung), 4), "time"]) %% 60; b <- d + lung[seq(2, nrow(lung), 4), "time"][seq_along(d)] %% 90; b[is.na(b)] <- d[is.na(b)]
old <- c(0, 1, 2, 3, 5); d <- c(d, old); b <- c(b, rep(200, length(old)))
# Half a day is added to the bound so that a delay equal to it counts.
s <- survfit(Surv(1000 - b - .5, 1000 - d, rep(1, length(d))) ~ 1)
y <- sort(unique(d)); at <- function(x) { k <- summary(s, times=1000 - x - .25, extend=TRUE); c(k$surv, k$std.err / k$surv) }
both <- t(sapply(y, function(x) if (x == max(y)) c(1, 0) else at(x)))
loop <- sapply(y, function(x) prod(vapply(y[y > x], function(z) 1 - sum(d == z) / sum(d <= z & b >= z), 0)))
stopifnot(all.equal(loop, both[,1], tolerance=1e-10))
save_json(list(delay=d, could_be=b, time=y, share=loop, error_of_log=both[,2]), "reporting_delay.json")
