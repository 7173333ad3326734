"""The command that starts the sandbox."""

from collections.abc import Sequence
from pathlib import Path

import click

from factually.stripe_sandbox.delivery import Patience
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.serving import HOST, Settings, serve
from factually.stripe_sandbox.webhook_endpoints import check_url


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; without `argv` the process's own."""
    run.main(args=None if argv is None else list(argv), prog_name="factually-stripe-sandbox")


def _loopback(_context: click.Context, _parameter: click.Parameter, host: str) -> str:
    if host != HOST:
        raise click.BadParameter(f"The sandbox listens on {HOST} only.")
    return host


def _pauses(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part)
    except ValueError as error:
        raise click.BadParameter("Write seconds with commas between, such as 5,60,600.") from error


@click.command(help="Run a Stripe-shaped server on loopback. No money moves.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 takes a free one."
)
@click.option("--host", default=HOST, callback=_loopback, expose_value=False, help="127.0.0.1, nothing else.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="File to keep the objects in.")
@click.option("--webhook-url", help="Where to send events, on this machine.")
@click.option("--webhook-secret", help="whsec_… to sign them with.")
@click.option("--webhook-timeout", type=click.FloatRange(0.1, 60), default=10.0, help="Seconds to answer in.")
@click.option("--webhook-pauses", default="5,60,600", callback=_pauses, help="Seconds before each retry.")
@click.option("--lifeline", is_flag=True, help="Stop when standard input ends.")
def run(  # noqa: PLR0913 - one parameter for each option of the command
    *,
    port: int,
    state: Path | None,
    webhook_url: str | None,
    webhook_secret: str | None,
    webhook_timeout: float,
    webhook_pauses: tuple[float, ...],
    lifeline: bool,
) -> None:
    """Check the options and serve."""
    webhook = None
    if webhook_url or webhook_secret:
        if not webhook_url or not webhook_secret:
            raise click.UsageError("Give --webhook-url and --webhook-secret together.")
        try:
            check_url(webhook_url)
        except ApiError as error:
            raise click.BadParameter(error.message, param_hint="--webhook-url") from error
        webhook = (webhook_url, webhook_secret)
    serve(Settings(port, state, webhook, Patience(webhook_timeout, webhook_pauses), lifeline))
