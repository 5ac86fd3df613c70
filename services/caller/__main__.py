"""`python -m caller [SCRIPT]`: makes a call by a script, prints the dialogue, measures it and writes out/call.json.

Exit status: 0 every turn was answered and every expectation holds; 1 not so; 2 the call could not be made.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import get_args

from rich.console import Console

from caller.conversation import Conversation, clips_of
from caller.phone.phone import Identity, Softphone
from caller.phone.rtp import Codec
from caller.report import CallReport, LiveDialogue, print_report, write_json
from caller.script import Script, extension_of, load_script
from caller.settings import CallerSettings
from caller.sound.clip import Clip
from caller.sound.ears import Ears
from caller.sound.recording import write_stereo
from caller.sound.voice import PiperVoice
from parley.errors import ParleyError
from parley.settings import load

_DEFAULT_SCRIPT = Path(__file__).parent / "scripts" / "techstore.yaml"


def main(argv: list[str] | None = None) -> int:
    """Make a call; return the exit status."""
    options = _options(argv)
    console = Console(quiet=options.quiet, highlight=False)
    try:
        report = asyncio.run(_call(options, console))
    except ParleyError as error:
        print(f"caller: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print_report(report, console)
    try:
        write_json(report, options.out)
    except OSError as error:
        print(f"caller: {options.out}: {error.strerror or error}", file=sys.stderr)
        return 2
    return 0 if report.ok else 1


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="caller", description="Make a call by a script and measure it.")
    parser.add_argument("script", nargs="?", type=Path, default=_DEFAULT_SCRIPT, help="call script (YAML)")
    parser.add_argument("--server", help="SIP server, host or host:port (default: asterisk, port SIP_PORT)")
    parser.add_argument("--user", help="SIP user that calls (default: the script's)")
    parser.add_argument("--codec", choices=get_args(Codec), help="codec (default: the script's)")
    parser.add_argument("--extension", help="number to dial (default: the script's)")
    parser.add_argument("--out", type=Path, default=Path("out/call.json"), help="where the report goes")
    parser.add_argument("--record", type=Path, help="WAV file for the call: caller left, agent right")
    parser.add_argument("--no-wire", action="store_true", help="do not capture packets for their times")
    parser.add_argument("--no-ears", action="store_true", help="do not write down what the agent says")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    return parser.parse_args(argv)


async def _call(options: argparse.Namespace, console: Console) -> CallReport:
    settings = load(CallerSettings, os.environ)
    script = load_script(options.script)
    extension = options.extension or extension_of(script, Path(settings.agents_dir), options.script)
    user = options.user or script.user
    identity = Identity(
        server=options.server or settings.server,
        user=user,
        password=settings.password(user),
        encrypted=settings.require_encryption,
    )
    # Registered first: a wrong password shows in milliseconds, models take seconds to load.
    async with Softphone(identity, codec=options.codec or script.codec, wire=not options.no_wire) as phone:
        clips, ears = await asyncio.to_thread(_prepare, options, script, settings)
        try:
            call = await phone.dial(extension)
            audience = LiveDialogue(console)
            audience.answered(extension)
            return await _converse(
                Conversation(call, script, clips, ears, audience), extension, options.record
            )
        finally:
            if ears:
                ears.close()


def _prepare(
    options: argparse.Namespace, script: Script, settings: CallerSettings
) -> tuple[dict[int, Clip], Ears | None]:
    """Load the models, and speak everything that will be said: during the call the cores are the stack's."""
    models = Path(settings.models_dir)
    clips = clips_of(script, options.script, PiperVoice(models / "tts" / settings.caller_voice))
    return clips, None if options.no_ears else Ears(models, settings.stt_model)


async def _converse(conversation: Conversation, extension: str, recording: Path | None) -> CallReport:
    call = conversation.call
    try:
        await conversation.run()
    finally:
        await call.hangup()
    if recording:
        tracks = await call.tracks()
        write_stereo(recording, tracks.sent, tracks.received)
    return await conversation.report(extension)


if __name__ == "__main__":
    sys.exit(main())
