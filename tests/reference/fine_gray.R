# cmprsk::crr: coefficients, sandwich errors, log likelihoods; made sets and the bone marrow transplants of one real site.
source("sets.R")
set.seed(17)
make <- function(n, share, heavy) { t <- ceiling(rexp(n, 1/60)); k <- sample(1:2, n, TRUE, c(share, 1-share)); c <- ceiling(runif(n, 5, heavy)); data.frame(time=pmin(t,c), event=ifelse(t<=c, k, 0), x=round(rnorm(n), 2), z=rbinom(n, 1, .5), w=sample(0:2, n, TRUE)) }
sets <- list(seventy=make(70,.6,150), heavy=make(50,.5,40), few=make(25,.5,100), tied={d <- make(60,.6,120); d$time <- ceiling(d$time/10); d}, large=make(400,.7,300), uncensored={d <- make(40,.5,150); d$event[d$event==0] <- 2; d}, months={d <- make(60,.6,150); d$time <- d$time/30.4375; d})
fit <- function(d, cause) { x <- as.matrix(d[,c("x","z","w")]); m <- crr(d$time, d$event, x, failcode=cause, gtol=1e-12, maxiter=50); s <- coxph(Surv(time, event==cause)~x+z+w, d, control=coxph.control(eps=1e-14))
  list(cause=cause, coef=I(unname(m$coef)), se=I(unname(sqrt(diag(m$var)))), p=I(unname(summary(m)$coef[,5])), loglik=m$loglik, null=m$loglik.null, specific=I(unname(coef(s)))) }
save_json(lapply(sets, function(d) list(data=as.list(d), fits=list(fit(d,1), fit(d,2)))), "fine_gray.json")
