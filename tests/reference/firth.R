# Firth's penalized likelihood written out, for one and two covariates: maximum, likelihood-ratio p values, profile bounds.
# No Debian package fits Firth's Cox model, so this is an independent second implementation by one-dimensional searches.
source("sets.R")
tol <- 1e-13
penalize <- function(value, information) value + as.numeric(determinant(information)$modulus)/2
cox_value <- function(x, time, event) function(b) { r <- exp(drop(x %*% b)); value <- 0; info <- matrix(0, ncol(x), ncol(x))
  for (i in which(event==1)) { k <- time >= time[i]; w <- r[k]/sum(r[k]); m <- colSums(x[k,,drop=FALSE]*w); value <- value + sum(x[i,]*b) - log(sum(r[k]))
    info <- info + crossprod(x[k,,drop=FALSE]*sqrt(w)) - tcrossprod(m) }; penalize(value, info) }
logistic_value <- function(x, y) function(b) { z <- drop(x %*% b); p <- plogis(z); penalize(sum(y*plogis(z,log.p=TRUE)+(1-y)*plogis(-z,log.p=TRUE)), crossprod(x*sqrt(p*(1-p)))) }
# The maximum over all but coordinate j, which is held at v, by nested golden-section searches.
best <- function(value, b, free) { if (length(free)==0) return(list(value=value(b), b=b)); j <- free[1]
  inner <- function(v) { b[j] <- v; best(value, b, free[-1]) }; o <- optimize(function(v) inner(v)$value, c(-12,12), maximum=TRUE, tol=1e-9); inner(o$maximum) }
describe <- function(value, p) { top <- best(value, rep(0,p), seq_len(p)); half <- qchisq(.95,1)/2
  held <- function(j, v) { b <- rep(0,p); b[j] <- v; best(value, b, setdiff(seq_len(p), j))$value }
  edge <- function(j, side) { f <- function(v) held(j, v) - top$value + half; uniroot(f, sort(c(top$b[j], top$b[j]+side*10)), tol=1e-9)$root }
  list(coef=I(top$b), loglik=top$value, null=value(rep(0,p)), p=I(sapply(seq_len(p), function(j) pchisq(2*(top$value-held(j,0)),1,lower.tail=FALSE))),
       low=I(sapply(seq_len(p), edge, side=-1)), high=I(sapply(seq_len(p), edge, side=1))) }
survivors <- made$group_without_event; survivors$age <- c(3,1,4,1,5,9,2,6,5,3)/10
seed <- list(tie_free=data.frame(time=c(2,3,5,8,9,4,6,7,10,12,1,11), event=c(1,1,0,0,0,0,0,0,0,0,1,0), group=c("b","b","a","a","a","a","a","a","a","a","b","a")))
x1 <- matrix(as.numeric(survivors$group=="b")); x2 <- cbind(x1, survivors$age)
response <- data.frame(y=c(1,1,1,1,1,0,1,0,0,1,0,0), x=c(1,1,1,1,1,0,0,0,0,0,0,0))
out <- list(
  cox=list(one=c(list(data=as.list(survivors)), describe(cox_value(x1, survivors$time, survivors$event), 1)), two=c(list(data=as.list(survivors)), describe(cox_value(x2, survivors$time, survivors$event), 2)),
    exposed_first=c(list(data=as.list(seed$tie_free)), describe(cox_value(matrix(as.numeric(seed$tie_free$group=="b")), seed$tie_free$time, seed$tie_free$event), 1))),
  logistic=c(list(data=as.list(response)), describe(logistic_value(cbind(response$x, 1), response$y), 2)))
save_json(out, "firth.json")
