# Had nobody been transplanted, transplanted by a day or not, and landmarks in one model: 103 heart transplant candidates and 646 patients with
# acute myeloid leukemia (relapse, death without it), put together from coxph, glm and survfit(weights).
source("sets.R")
j <- jasa; heart <- data.frame(id=seq_len(nrow(j)), time=as.numeric(j$futime), cause=as.integer(j$fustat), begins=as.numeric(j$wait.time), age=j$age, surgery=j$surgery)
a <- myeloid; aml <- with(a, data.frame(id=id, time=pmin(futime, ifelse(is.na(rltime), Inf, rltime)), cause=ifelse(!is.na(rltime) & rltime<=futime, 1L, ifelse(death==1, 2L, 0L)), begins=txtime, age=as.integer(trt=="B"), surgery=as.integer(sex=="m")))
first <- function(d) with(d, !is.na(begins) & (begins < time | (begins == time & cause == 0)))
# Rows of follow-up cut after each day of exposure, and the hazard of exposure up to the start of each.
cut_rows <- function(d, stop, cause, jumps) do.call(rbind, lapply(seq_len(nrow(d)), function(i) { e <- jumps[jumps < stop[i]]; from <- c(-1, e); to <- c(e, stop[i])
  data.frame(id=d$id[i], start=from, stop=to, cause=c(rep(0, length(e)), cause[i]), row=i) }))
hazard <- function(d, until, ev) { d$u <- until; d$e <- as.integer(ev); m <- coxph(Surv(u,e) ~ age+surgery, d); m0 <- coxph(Surv(u,e) ~ 1, d)
  s <- survfit(m, newdata=d, se.fit=FALSE); s0 <- survfit(m0, se.fit=FALSE); k <- s$n.event > 0; list(jumps=s$time[k], each=s$cumhaz[k,], plain=s0$cumhaz[k]) }
weigh <- function(r, h, plain=TRUE) { at <- findInterval(r$start, h$jumps); own <- ifelse(at==0, 0, h$each[cbind(pmax(at,1), r$row)]); p <- ifelse(at==0, 0, h$plain[pmax(at,1)])
  r$weight <- exp(own - if (plain) p else 0); r$p <- exp(-own); r }
describe <- function(r) list(mean=mean(r$weight), least=min(r$weight), largest=max(r$weight), least_probability=min(r$p), rows=nrow(r))
# survfit with an id (3.5.3) keeps the weight of a subject's first row for all of them, so each row is its own there; days count from 1, as on
# day 0 it has nobody at risk. Errors: what each subject, all its rows made a little heavier and lighter, adds to the estimate (jackknife).
counts <- function(r, t) { step <- function(at, w, strict) { o <- order(at); c(0, cumsum(w[o]))[findInterval(t, at[o], left.open=strict)+1] }
  y <- step(r$start, r$weight, TRUE) - step(r$stop, r$weight, TRUE); k <- function(which) { e <- rep(0, length(t)); x <- tapply(r$weight[which], factor(match(r$stop[which], t), seq_along(t)), sum); e[!is.na(x)] <- x[!is.na(x)]; e }
  list(y=y, own=k(r$cause==1), all=k(r$cause>0)) }
value <- function(a, t, times) { free <- cumprod(1-a$all/a$y); f <- cumsum(c(1, free[-length(free)])*a$own/a$y); i <- findInterval(times, t); c(c(0, f)[i+1], c(1, free)[i+1]) }
shares <- function(r, ids, times) { t <- sort(unique(r$stop[r$cause>0])); a <- counts(r, t); of <- split(r, factor(r$id, ids)); e <- 1e-4
  t(sapply(of, function(one) { if (nrow(one) == 0) return(rep(0, 2*length(times))); b <- counts(one, t); move <- function(e) value(Map(function(x, y) x+e*y, a, b), t, times); (move(e)-move(-e))/(2*e) })) }
read <- function(r, times, causes) { f <- survfit(Surv(start+1, stop+1, factor(cause, 0:causes)) ~ 1, r, weights=weight, id=seq_len(nrow(r)), se.fit=FALSE); s <- summary(f, times=times+1, extend=TRUE)
  se <- sqrt(colSums(shares(r, unique(r$id), times)^2)); k <- length(times)
  list(incidence=I(s$pstate[,2]), incidence_se=I(se[1:k]), free=I(s$pstate[,1]), free_se=I(se[k+1:k])) }
kish <- function(r, times) sapply(times, function(t) { w <- r$weight[r$start < t & r$stop >= t]; sum(w)^2/sum(w^2) })
nobody <- function(d, times, causes) { f <- first(d); stop <- ifelse(f, d$begins, d$time); h <- hazard(d, stop, f); r <- weigh(cut_rows(d, stop, ifelse(f, 0, d$cause), h$jumps), h)
  c(read(r, times, causes), list(times=I(times), weights=describe(r), effective=I(kish(r, times)), left=sum(f))) }
strategies <- function(d, by, times, causes) { f <- first(d) & d$begins <= by; f[is.na(f)] <- FALSE; stop <- ifelse(f, d$begins, d$time); h <- hazard(d, pmin(stop, by), f)
  no <- weigh(cut_rows(d, stop, ifelse(f, 0, d$cause), h$jumps), h, FALSE); beyond <- d$time > by
  g <- glm(f[beyond] ~ age+surgery, binomial, d[beyond,], epsilon=1e-14); p <- predict(g, d, type="response"); leave <- !f & beyond
  yes <- cut_rows(d, ifelse(leave, by, d$time), ifelse(leave, 0, d$cause), by); yes$p <- ifelse(yes$start >= by, p[yes$row], 1); yes$weight <- 1/yes$p
  both <- rbind(cbind(yes, exposed=1), cbind(no, exposed=0)); m <- coxph(Surv(start, stop, cause==1) ~ exposed, both, weights=weight, cluster=id)
  list(by=by, times=I(times), yes=c(read(yes, times, causes), list(weights=describe(yes), effective=I(kish(yes, times)))), no=c(read(no, times, causes), list(weights=describe(no), effective=I(kish(no, times)))),
    coef=unname(coef(m)), se=sqrt(m$var[1,1]), difference_se=I(sqrt(colSums((shares(yes, d$id, times)-shares(no, d$id, times))^2))[seq_along(times)]), exposed=sum(f), beyond=sum(beyond)) }
supermodel <- function(d, points, window) { s <- do.call(rbind, lapply(points, function(p) { k <- d[d$time > p,]; k$end <- pmin(k$time-p, window); k$ev <- as.integer(k$cause>0 & k$time-p <= window); k$lm <- p; k$exposed <- as.integer(!is.na(k$begins) & k$begins<=p); k$over <- k$exposed*(p-min(points)); k }))
  told <- function(m) list(coef=I(unname(coef(m))), se=I(unname(sqrt(diag(m$var)))))
  list(points=I(points), window=window, alone=told(coxph(Surv(end, ev) ~ exposed + strata(lm), s, cluster=id)), adjusted=told(coxph(Surv(end, ev) ~ age + surgery + exposed + over + strata(lm), s, cluster=id)), n=length(unique(s$id)), events=sum(s$ev)) }
save_json(list(heart=list(data=as.list(heart), nobody=nobody(heart, c(30,100,365), 1), strategies=strategies(heart, 40, c(30,60,365), 1), supermodel=supermodel(heart, c(20,40,60,90), 365)),
  aml=list(data=as.list(aml), nobody=nobody(aml, c(100,365,730), 2), strategies=strategies(aml, 150, c(100,365,730), 2), supermodel=supermodel(aml, c(100,150,200), 1000))), "weighted_estimands.json")
