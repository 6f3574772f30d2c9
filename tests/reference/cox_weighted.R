# Case weights, robust errors by request and profile-likelihood intervals; time lost to a competing cause. Lung cancer in days and primary biliary
# cirrhosis in months (most times tied), the retirement home's residents with late entry.
source("sets.R"); suppressMessages(library(KMsurv))
l <- lung[complete.cases(lung[,c("age","sex","ph.ecog")]),]; l$event <- l$status-1; l$time <- ceiling(l$time/30.4375); l$w <- .5+(seq_len(nrow(l))%%4)/2; l$late <- as.integer(l$time>8)
data(channing); ch <- channing[channing$ageentry<channing$age,]; ch$w <- 1+(seq_len(nrow(ch))%%3); ch$site <- seq_len(nrow(ch))%%17
fit <- function(m) list(coef=unname(coef(m)), robust=unname(sqrt(diag(m$var))), naive=unname(sqrt(diag(if (is.null(m$naive.var)) m$var else m$naive.var))), loglik=m$loglik)
s <- function(...) do.call(coxph, list(quote(Surv(time,event) ~ age+sex+ph.ecog), l, ...))
cl <- function(...) do.call(coxph, list(quote(Surv(ageentry,age,death) ~ gender), ch, ...))
# Where twice the log likelihood has fallen by the quantile, the others free.
profile <- function(fixed, best, se, top) { q <- qchisq(.95, 1); drop <- function(b) 2*(top-fixed(b))-q; sapply(c(-1,1), function(side) uniroot(drop, sort(best+side*se*c(.2,6)), tol=1e-12)$root) }
m <- s(); tight <- coxph.control(eps=1e-13, toler.chol=1e-14, iter.max=50)
cox_profile <- sapply(1:3, function(j) { v <- c("age","sex","ph.ecog"); f <- function(b) coxph(as.formula(paste("Surv(time,event) ~", paste(v[-j], collapse="+"), "+ offset(b*", v[j], ")")), within(l, b <- b), control=tight)$loglik[2]
  profile(f, coef(m)[j], sqrt(diag(vcov(m)))[j], m$loglik[2]) })
g <- glm(late ~ age+sex+ph.ecog, binomial, l, epsilon=1e-14, maxit=100)
glm_profile <- sapply(1:3, function(j) { v <- c("age","sex","ph.ecog"); f <- function(b) -deviance(glm(as.formula(paste("late ~", paste(v[-j], collapse="+"), "+ offset(b*", v[j], ")")), binomial, within(l, b <- b), epsilon=1e-14, maxit=100))/2
  profile(f, coef(g)[j+1], sqrt(diag(vcov(g)))[j+1], -deviance(g)/2) })
p <- pbc[,c("time","status","sex","age","bili","edema")]; p$time <- ceiling(p$time/30.4375)
lost <- function(sex, h) { d <- p[p$sex==sex,]; f <- survfit(Surv(time, factor(status,0:2)) ~ 1, d, influence=TRUE); k <- which(f$time<h); w <- diff(c(f$time[k], h)); a <- f$influence.pstate[,-1,]; lapply(2:3, function(j) list(value=sum(f$pstate[k,j]*w), se=sqrt(sum((a[,k,j] %*% w)^2)))) }
save_json(list(lung=as.list(l[,c("time","event","age","sex","ph.ecog","w","late")]), channing=list(entry=ch$ageentry, time=ch$age, event=ch$death, gender=ch$gender, w=ch$w, site=ch$site), pbc=as.list(p),
  weighted=list(Efron=fit(s(weights=l$w, robust=TRUE)), Breslow=fit(s(weights=l$w, robust=TRUE, ties="breslow"))), robust=fit(s(robust=TRUE)), exact=fit(coxph(Surv(time,event) ~ age+sex+ph.ecog, l, ties="exact")),
  late=fit(cl(weights=ch$w, cluster=seq_len(nrow(ch)))), late_clustered=fit(cl(weights=ch$w, cluster=ch$site)),
  cox_profile=cox_profile, glm_profile=glm_profile, lost=lapply(list(f=c("f",60), f2=c("f",120), m=c("m",60), m2=c("m",120)), function(v) list(sex=v[1], horizon=as.numeric(v[2]), causes=lost(v[1], as.numeric(v[2]))))), "cox_weighted.json")
