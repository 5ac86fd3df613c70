"""`python -m models [NAME ...]`: bring the models that the settings ask for, and NAME (`whisper/tiny.en`).

A one-shot container. What it needs of whoever runs it:

- the models volume, writable, at MODELS_DIR (/models), and about 2 GB of room for the default models;
- STT_MODEL, LLM_MODEL_FILE, LLM_BASE_URL, TTS_VOICE, HF_ENDPOINT, MODELS_HUB_TIMEOUT_S (all have defaults);
- behind a TLS-inspecting proxy: the CA bundle mounted as a file, PIP_CERT and REQUESTS_CA_BUNDLE naming it;
- the user's pip settings where there are any (PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS, a mounted
  /etc/pip.conf) and HTTP_PROXY, HTTPS_PROXY, NO_PROXY: they are honoured, by pip and by requests;
- a terminal (`tty: true`, or `docker compose run`) for the progress bar; without one it prints plain lines.

Neither Redis nor a network of the stack is used; the root file system may be read-only.
"""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from models import catalogue, voice
from models.catalogue.records import Model
from models.fetch import Fetcher
from models.progress import Display
from models.settings import ModelsSettings, choices, standing
from models.sources import Mirror, Upstream
from models.store import Store
from parley.errors import ParleyError, SettingError
from parley.settings import load


def wanted(settings: ModelsSettings, extra: list[str], store: Store) -> list[Model]:
    """Return the models to bring; a name outside the catalogue is right if such a model is there."""
    models = standing()
    for variable, value in choices(settings).items():
        try:
            models.append(catalogue.find(variable, value))
        except SettingError:
            if not _own(store.root, variable, value):
                raise
    for folder in extra:
        found = [model for model in catalogue.MODELS if model.folder == folder]
        if not found:
            known = ", ".join(model.folder for model in catalogue.MODELS)
            raise SettingError("MODELS", f"no model is called {folder!r}; the known ones are {known}")
        models += [model for model in found if model not in models]
    return models


def _own(root: Path, variable: str, value: str) -> bool:
    places = {
        "STT_MODEL": root / "whisper" / value / "model.bin",
        "LLM_MODEL_FILE": root / "llm" / value,
        "TTS_VOICE": root / "tts" / value / f"{value}.onnx",
    }
    return places[variable].is_file()


def run(settings: ModelsSettings, extra: list[str], check: bool, display: Display) -> None:
    """Bring every model that is wanted; raise ParleyError when one cannot be had."""
    store = Store(Path(settings.models_dir))
    models = wanted(settings, extra, store)
    if check:
        for model in models:
            store.check(model)
    if all(_ready(store, model) for model in models):
        display.say(f"models: all {len(models)} are there")
        return
    with store.locked():
        store.require_space(models)
        upstream = Upstream(settings.hf_endpoint, settings.models_hub_timeout_s)
        fetcher = Fetcher(store, upstream, Mirror(store.scratch))
        for model in models:
            if not store.has_all(model):
                with display.model(model.title, model.size) as report:
                    fetcher.fetch(model, report)
            if model.prepare and not store.prepared(voice.tag(model)):
                display.say(f"{model.title}: preparing it for streaming")
                voice.prepare(model, store)
        store.clean()
    display.say(f"models: all {len(models)} are there now")


def _ready(store: Store, model: Model) -> bool:
    return store.has_all(model) and (not model.prepare or store.prepared(voice.tag(model)))


def main() -> int:
    """Read the command line and the settings, and go."""
    parser = argparse.ArgumentParser(prog="python -m models", description="Bring the models onto the volume.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a further model, e.g. whisper/tiny.en")
    parser.add_argument("--check", action="store_true", help="hash files again that were verified before")
    parser.add_argument("--list", action="store_true", help="list the models that are known")
    arguments = parser.parse_args()
    console = Console()
    if arguments.list:
        for model in catalogue.MODELS:
            line = f"{model.folder:48} {model.size / 1e6:8.1f} MB  {model.licence:12}  {model.title}"
            console.print(line, highlight=False, soft_wrap=True)
        return 0
    try:
        run(load(ModelsSettings, os.environ), arguments.names, arguments.check, Display(console))
    except ParleyError as error:
        print(f"models: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"models: {error} (is the models volume writable for uid {os.getuid()}?)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("models: interrupted; what is there is kept, run it again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
