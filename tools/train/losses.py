# SPDX-License-Identifier: Apache-2.0
"""The JEPA loss: prediction in latent space, kept from collapsing by SIGReg. No pixels, no EMA.

Source: LeJEPA (arXiv 2511.08544) for SIGReg; LeWorldModel (arXiv 2603.19312) for its use here.
"""
import torch

KNOTS = 17  # quadrature points of the Epps-Pulley integral on [0, REACH]
REACH = 3.0
TABLE = 12288  # values of one sine table: all of them fit in a 2 MB cache
IMU_SHOWN_TEACHER = 0.5  # how often the predictor sees the IMU, so that it also works without
IMU_SHOWN_ROLLOUT = 0.7


class EppsPulley(torch.autograd.Function):
    """Epps-Pulley distance to N(0,1) of the values in each row of x [P,N], mean over rows.

    The knots t_k are multiples of one step, so sine and cosine of t_k * x follow from those of one
    step by rotation; the gradient is made by hand at the same time, some rows at a time so that
    the tables stay in cache. Several times faster than autograd through cos and sin of [P,N,KNOTS].
    """

    @staticmethod
    def forward(ctx, x):
        rows, count = x.shape
        step = REACH / (KNOTS - 1)
        t = torch.arange(KNOTS) * step
        normal = torch.exp(-t * t / 2)[:, None]  # characteristic function of N(0,1), and weight
        weight = 2 * step * normal[:, 0]
        weight[0], weight[-1] = weight[0] / 2, weight[-1] / 2
        slope = (2 / (count * rows) * weight * t)[:, None, None]
        part = min(rows, max(1, TABLE // count))
        tables, gradient, total = x.new_empty(2, KNOTS, part, count), torch.zeros_like(x), 0.0
        for first in range(0, rows, part):
            chunk = x[first:first + part]
            cosines, sines = tables[:, :, :len(chunk)]
            rotate(chunk * step, cosines.unbind(), sines.unbind())
            real, imaginary = cosines.mean(2) - normal, sines.mean(2)
            total += float((weight @ (real.square() + imaginary.square())).sum())
            down, up = slope * real[:, :, None], slope * imaginary[:, :, None]
            slopes = gradient[first:first + part]
            for s, c, d, u in zip(sines.unbind(), cosines.unbind(), down.unbind(), up.unbind()):
                slopes.addcmul_(s, d, value=-1).addcmul_(c, u)
        ctx.save_for_backward(gradient)
        return x.new_tensor(total / rows)

    @staticmethod
    def backward(ctx, outer):
        return ctx.saved_tensors[0] * outer


def rotate(angle, cosines, sines):
    """Fills cosines[k], sines[k] with those of k * angle."""
    cosines[0].fill_(1)
    sines[0].zero_()
    torch.cos(angle, out=cosines[1])
    torch.sin(angle, out=sines[1])
    for k in range(2, len(cosines)):
        torch.mul(cosines[k - 1], cosines[1], out=cosines[k])
        cosines[k].addcmul_(sines[k - 1], sines[1], value=-1)
        torch.mul(sines[k - 1], cosines[1], out=sines[k])
        sines[k].addcmul_(cosines[k - 1], sines[1])


def sigreg(z, projections, generator):
    """Epps-Pulley statistic of z [N,D] against N(0,1), averaged over random directions."""
    directions = torch.randn(z.shape[1], projections, generator=generator)
    directions = directions / directions.norm(dim=0, keepdim=True)
    return EppsPulley.apply((directions.T @ z.T).contiguous())


def masked_imu(imu, shown, generator):
    """Predictor input [N,F+1] with each row's IMU kept with probability `shown`, else zeroed."""
    flag = (torch.rand(len(imu), 1, generator=generator) < shown).float()
    return torch.cat([imu * flag, flag], 1)


def one_step(predictor, z, batch, generator):
    """Teacher-forced error from every decision of z [B,L,D] that has history and a successor."""
    history, length = predictor.history, z.shape[1]
    rows = range(length - history)
    latents = torch.cat([z[:, t:t + history] for t in rows])
    actions = torch.cat([batch.actions[:, t:t + history] for t in rows])
    target = torch.cat([z[:, t + history] for t in rows])
    imu = None
    if predictor.imu_width:
        imu = torch.cat([batch.imu[:, t + history - 1] for t in rows])
        imu = masked_imu(imu, IMU_SHOWN_TEACHER, generator)
    return (predictor(latents, actions, imu) - target).square().mean()


def rollout(predictor, z, batch, generator):
    """Error of the predictor fed with its own predictions over all decisions after the history."""
    history, length = predictor.history, z.shape[1]
    latents, errors = z[:, :history], []
    for t in range(length - history):
        imu = None
        if t == 0 and predictor.imu_width:
            imu = masked_imu(batch.imu[:, history - 1], IMU_SHOWN_ROLLOUT, generator)
        predicted = predictor(latents, batch.actions[:, t:t + history], imu)
        errors.append((predicted - z[:, t + history]).square().mean())
        latents = torch.cat([latents[:, 1:], predicted[:, None]], 1)
    return torch.stack(errors).mean()
