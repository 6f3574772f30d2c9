# cmprsk: cumulative incidence and its variance at every time, each cause; Gray's test for each cause.
source("sets.R")
one <- function(d) { u <- sort(unique(d$time)); z <- qnorm(.975); f <- cuminc(d$time, d$event); tp <- timepoints(f, u)
  causes <- sort(setdiff(unique(d$event), 0)); g <- cuminc(d$time, d$event, d$group)$Tests
  list(data=as.list(d), time=u, causes=lapply(setNames(causes, causes), function(k) { row <- paste("1", k); e <- tp$est[row,]; s <- sqrt(tp$var[row,])
    list(incidence=unname(e), variance=unname(s^2), low=unname(e^exp(-z*s/(e*log(e)))), high=unname(e^exp(z*s/(e*log(e)))),
         plain_low=unname(pmax(0,e-z*s)), plain_high=unname(pmin(1,e+z*s)),
         gray=list(statistic=unname(g[as.character(k),"stat"]), p=unname(g[as.character(k),"pv"]), df=unname(g[as.character(k),"df"]))) })) }
save_json(list(made=lapply(competing, one), versions=list(R=R.version.string, cmprsk=as.character(packageVersion("cmprsk")))), "competing_risks.json")
