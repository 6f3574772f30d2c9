"""Standard errors of a Cox model that allow for subjects of one site being alike.

Belongs here: the sandwich of clustered score residuals. lifelines' own differ from R's by up to 1 %.

Sources: Lin and Wei, JASA 1989;84:1074; Therneau and Grambsch 2000, 8.2; equal to R's coxph(cluster = site).
"""

from __future__ import annotations

import numpy as np

from transforms.statistics.arrays import Floats, Integers
from transforms.statistics.model import Fit
from transforms.statistics.partial_likelihood import RiskSets, compute_score_residuals


def compute_robust_covariance(rows: RiskSets, fit: Fit, cluster: Integers) -> Floats:
    """Covariance (p, p) of the coefficients from score residuals summed within each cluster; `cluster` (rows,)."""
    residuals = compute_score_residuals(rows, fit.coefficients)
    influence = residuals @ fit.covariance
    by_cluster = np.column_stack([np.bincount(cluster, column) for column in influence.T])
    return np.asarray(by_cluster.T @ by_cluster)
