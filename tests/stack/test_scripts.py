"""The scripts behind make: settings file, checks before the start, waiting, installing."""

import os
import re
import shutil
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNPRIVILEGED = 10001

Run = subprocess.CompletedProcess[str]


def run(*command: str, user: int | None = None, **environ: str) -> Run:
    surroundings = {"PATH": os.environ["PATH"], "HOME": "/tmp", **environ}
    return subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False, user=user
    )


def values(file: Path) -> dict[str, str]:
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / "env"
    done = run("scripts/setup/env.sh", "create", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def docker(tmp_path: Path) -> Callable[[str, str], dict[str, str]]:
    """A function that gives the fake docker an answer, and returns the environment in which it is found."""
    answers = tmp_path / "docker"
    answers.mkdir()
    (answers / "bin").mkdir()
    shutil.copy(ROOT / "tests/fakes/docker", answers / "bin/docker")
    answers.chmod(0o755)

    def answer(command: str, text: str) -> dict[str, str]:
        (answers / command).write_text(text)
        return {"FAKE_DOCKER": str(answers), "PATH": f"{answers / 'bin'}:{os.environ['PATH']}"}

    return answer


class TestCreate:
    def test_secrets_are_fresh_and_long(self, env_file: Path, tmp_path: Path) -> None:
        run("scripts/setup/env.sh", "create", str(tmp_path / "other"))
        first, second = values(env_file), values(tmp_path / "other")
        secrets = [name for name in first if first[name] != second[name]]
        assert {"REDIS_PASSWORD", "ARI_PASSWORD", "GRAFANA_PASSWORD", "SIP_PASSWORD_1001"} <= set(secrets)
        assert all(re.fullmatch(r"[A-Za-z0-9]{24}", first[name]) for name in secrets)
        assert len({first[name] for name in secrets}) == len(secrets)

    def test_everything_else_is_as_in_the_example(self, env_file: Path) -> None:
        made, example = values(env_file), values(ROOT / ".env.example")
        assert made.keys() == example.keys()
        assert {name: made[name] for name in example if example[name]} == {
            name: example[name] for name in example if example[name]
        }

    def test_only_its_owner_can_read_it(self, env_file: Path) -> None:
        assert stat.S_IMODE(env_file.stat().st_mode) == 0o600

    def test_a_file_that_is_there_is_left_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "env"
        file.write_text("SIP_PORT=5070\n")
        assert run("scripts/setup/env.sh", "create", str(file)).returncode == 0
        assert file.read_text() == "SIP_PORT=5070\n"

    def test_without_a_registry_the_overlay_is_in_it(self, tmp_path: Path) -> None:
        run("scripts/setup/env.sh", "create", str(tmp_path / "env"), AIRGAP="1")
        assert values(tmp_path / "env")["COMPOSE_FILE"] == "docker-compose.yml:compose.airgap.yml"


class TestCheck:
    def test_a_fresh_file_is_right(self, env_file: Path) -> None:
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    @pytest.mark.parametrize(
        ("name", "value", "complaint"),
        [
            ("SIP_PORT", "99999", "setting SIP_PORT must be a port from 1 to 65535, not '99999'"),
            ("RTP_END", "20001", "setting RTP_END must be at least RTP_START + 3"),
            (
                "ALERT_EMAIL_TO",
                "me@example.com",
                "setting SMTP_SERVER is needed to send mail to ALERT_EMAIL_TO",
            ),
            ("SIP_PORT", "20100", "setting SIP_PORT lies inside RTP_START..RTP_END"),
            ("MAX_CALLS", "many", "setting MAX_CALLS must be a whole number, not 'many'"),
            ("VAD_THRESHOLD", "half", "setting VAD_THRESHOLD must be a number, not 'half'"),
            ("MEDIA_FORMAT", "opus", "setting MEDIA_FORMAT must be one of slin16 ulaw alaw, not 'opus'"),
            ("LLM_BASE_URL", "llm:8080", "setting LLM_BASE_URL must be an address like http://host:port"),
            ("PUBLIC_IP", "my phone", "setting PUBLIC_IP must be an address or a name"),
            ("CA_BUNDLE", "/no/such", "setting CA_BUNDLE must be a file that can be read, not '/no/such'"),
            ("REDIS_PASSWORD", "", "setting REDIS_PASSWORD is a password and has no default"),
            ("REDIS_PASSWORD", "short", "setting REDIS_PASSWORD must be at least 8 characters"),
            ("REDIS_PASSWORD", "with/a/slash", "setting REDIS_PASSWORD must be without any of"),
        ],
    )
    def test_a_wrong_value_is_named(self, env_file: Path, name: str, value: str, complaint: str) -> None:
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", env_file.read_text())
        env_file.write_text(text)
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 1
        assert complaint in done.stderr
        assert f"1 wrong in {env_file}" in done.stderr

    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            ("SIP_PROT=5060", "SIP_PROT in {file} is unknown. Did you mean SIP_PORT?"),
            ("TTS_VOICES=x", "TTS_VOICES in {file} is unknown. Did you mean TTS_VOICE?"),
            ("COLOUR=blue", "COLOUR in {file} is unknown."),
            ("LOG_LEVEL=debug", "LOG_LEVEL stands in {file} twice"),
            ("SIP_PASSWORD_1003=abcdefgh", "SIP_PASSWORD_1003 belongs in the file users.env"),
            ("just a note", "is not NAME=value: 'just a note'"),
        ],
    )
    def test_a_line_too_many_is_named(self, env_file: Path, line: str, complaint: str) -> None:
        with env_file.open("a") as file:
            file.write(f"{line}\n")
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert done.returncode == 1
        assert complaint.format(file=env_file) in done.stderr

    def test_a_missing_password_is_named_and_other_settings_have_defaults(self, tmp_path: Path) -> None:
        file = tmp_path / "env"
        file.write_text("ARI_PASSWORD=0123456789\n")
        done = run("scripts/setup/env.sh", "check", str(file))
        named = set(re.findall(r"error: setting (\w+)", done.stderr))
        assert named == {
            "REDIS_PASSWORD",
            "GRAFANA_PASSWORD",
            *(f"SIP_PASSWORD_{user}" for user in (1000, 1001, 1002, "CANARY")),
        }

    def test_comments_quotes_and_composes_own_settings_are_fine(self, env_file: Path) -> None:
        text = env_file.read_text().replace("LOG_LEVEL=info", 'LOG_LEVEL="debug"')
        env_file.write_text(f"{text}\nCOMPOSE_PARALLEL_LIMIT=2 # slow disk\n")
        assert run("scripts/setup/env.sh", "check", str(env_file)).returncode == 0

    def test_secrets_are_never_shown(self, env_file: Path) -> None:
        env_file.write_text(re.sub(r"(?m)^ARI_PASSWORD=.*$", "ARI_PASSWORD=se/cret", env_file.read_text()))
        done = run("scripts/setup/env.sh", "check", str(env_file))
        assert "ARI_PASSWORD" in done.stderr
        assert "se/cret" not in done.stderr + done.stdout


@contextmanager
def listening(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("0.0.0.0", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        yield taken.getsockname()[1]


class TestPreflight:
    def preflight(self, env_file: Path, **environ: str) -> Run:
        # A project of its own: a running stack would hold its ports by right.
        surroundings = {"DISK_GB": "0", "PROJECT": "parley-nowhere", "ENV_FILE": str(env_file), **environ}
        # High ports that nobody else here has.
        surroundings = {"SIP_PORT": "15060", "RTP_START": "15100", "RTP_END": "15399"} | surroundings
        surroundings = {"GRAFANA_PORT": "15400", "PROMETHEUS_PORT": "15401"} | surroundings
        return run("scripts/setup/preflight.sh", **surroundings)

    def test_nothing_stands_in_the_way(self, env_file: Path) -> None:
        done = self.preflight(env_file)
        assert done.returncode == 0, done.stderr

    @pytest.mark.parametrize(("kind", "protocol"), [(socket.SOCK_DGRAM, "udp"), (socket.SOCK_STREAM, "tcp")])
    def test_a_port_that_is_taken(self, env_file: Path, kind: socket.SocketKind, protocol: str) -> None:
        with listening(kind) as port:
            done = self.preflight(env_file, SIP_PORT=str(port))
        assert done.returncode == 1
        assert f"port {port}/{protocol} is taken by" in done.stderr
        assert f"(process {os.getpid()})" in done.stderr
        assert "pytest" in done.stderr
        assert "give SIP_PORT another value" in done.stderr

    def test_of_the_rtp_range_one_port_is_named(self, env_file: Path) -> None:
        with listening(socket.SOCK_DGRAM) as port:
            done = self.preflight(env_file, RTP_START=str(port - 10), RTP_END=str(port + 10))
        assert done.stderr.count("is taken by") == 1
        assert f"port {port}/udp" in done.stderr
        assert "give RTP_START another value" in done.stderr

    def test_no_disk(self, env_file: Path, docker: Callable[[str, str], dict[str, str]]) -> None:
        done = self.preflight(env_file, **docker("info", "/\n"), DISK_GB="1000000")
        assert done.returncode == 1
        assert re.search(r"only \d+ GB of disk are free at /; 1000000 GB are needed", done.stderr)

    def test_little_memory_is_a_warning(
        self, env_file: Path, docker: Callable[[str, str], dict[str, str]]
    ) -> None:
        done = self.preflight(env_file, **docker("info", "2000000000\n"))
        assert "Docker has 2000 MB of memory" in done.stderr
        assert done.returncode == 0

    def test_an_address_that_this_machine_lost(self, env_file: Path) -> None:
        done = self.preflight(env_file, PUBLIC_IP="192.168.254.253")
        assert "PUBLIC_IP=192.168.254.253 is not an address of this machine" in done.stderr
        assert done.returncode == 0


class TestWaiting:
    SCRIPT = "source scripts/lib/common.sh; source scripts/lib/wait.sh; wait_until_healthy"

    def wait(self, docker: Callable[[str, str], dict[str, str]], states: str) -> Run:
        docker("ps", "0123\n")
        docker("logs", "Traceback: it broke\n")
        return run("bash", "-c", self.SCRIPT, WAIT_S="1", **docker("inspect", states))

    def test_all_healthy(self, docker: Callable[[str, str], dict[str, str]]) -> None:
        done = self.wait(
            docker,
            "/parley-models-1 exited 0 - 0\n/parley-stt-1 running 0 healthy 0\n/parley-llm-1 running 0 healthy 1\n",
        )
        assert done.returncode == 0, done.stderr
        assert "every service is healthy" in done.stdout

    @pytest.mark.parametrize(
        ("state", "verdict"),
        [
            ("/parley-stt-1 restarting 1 unhealthy 2", "failed"),
            ("/parley-stt-1 exited 2 starting 0", "failed"),
            ("/parley-models-1 exited 1 - 0", "failed"),
            ("/parley-stt-1 running 0 unhealthy 0", "unhealthy"),
        ],
    )
    def test_a_failure_is_named_with_its_last_words(
        self, docker: Callable[[str, str], dict[str, str]], state: str, verdict: str
    ) -> None:
        done = self.wait(docker, f"{state}\n")
        assert done.returncode == 1
        assert f"-1 is {verdict}. Its last words:" in done.stderr
        assert "    Traceback: it broke" in done.stderr

    def test_what_takes_too_long_is_named(self, docker: Callable[[str, str], dict[str, str]]) -> None:
        done = self.wait(docker, "/parley-llm-1 running 0 starting 0\n")
        assert done.returncode == 1
        assert "waiting for llm-1 (starting)" in done.stdout
        assert "llm-1 (starting)" in done.stderr


class TestInstalling:
    def test_nothing_is_done_where_all_is_there(self, docker: Callable[[str, str], dict[str, str]]) -> None:
        docker("info", "fine\n")
        done = run("scripts/setup/install-docker.sh", **docker("compose", "2.26.1\n"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_only_root_installs(self, docker: Callable[[str, str], dict[str, str]], tmp_path: Path) -> None:
        for folder in (tmp_path, *tmp_path.parents[:2]):
            folder.chmod(0o755)
        environ = docker("compose", "1.29.2\n")
        done = run(
            "scripts/setup/install-docker.sh", user=UNPRIVILEGED, **environ, DOCKER_SOCKET=str(tmp_path / "none")
        )
        assert done.returncode == 1
        assert "lacks a running Docker engine, Docker Compose 2.24 or newer" in done.stderr
        assert "sudo scripts/setup/install-docker.sh" in done.stderr

    @pytest.mark.parametrize(
        ("version", "enough"),
        [
            ("2.24.0", True),
            ("v2.26.1-4", True),
            ("5.0.1", True),
            ("2.23.9", False),
            ("1.29.2", False),
            ("", False),
        ],
    )
    def test_versions(self, docker: Callable[[str, str], dict[str, str]], version: str, enough: bool) -> None:
        docker("info", "fine\n")
        done = run("scripts/setup/install-docker.sh", "ask", **docker("compose", f"{version}\n"))
        assert (done.returncode == 0) == enough


class TestMake:
    def test_help_is_the_default_and_names_every_target(self) -> None:
        makefile = (ROOT / "Makefile").read_text()
        targets = re.search(r"(?m)^\.PHONY: (.*)$", makefile)
        assert targets
        done = run("make")
        listed = re.findall(r"(?m)^  make ([\w-]+) +\S", done.stdout)
        assert sorted(listed) == sorted(targets[1].split())

    def test_recipes_have_no_logic(self) -> None:
        recipes = re.findall(r"(?m)^\t(.*)$", (ROOT / "Makefile").read_text())
        calls = [recipe for recipe in recipes if not recipe.startswith("@awk")]
        assert all(re.fullmatch(r"@(\w+=\S+ )?scripts/[\w-]+\.sh[^;&|]*", recipe) for recipe in calls)

    @pytest.mark.parametrize("target", ["call", "models"])
    def test_what_needs_a_running_stack_says_so(self, target: str, tmp_path: Path) -> None:
        done = run("make", target, PROJECT="parley-nowhere", ENV_FILE=str(tmp_path / "none"))
        assert done.returncode == 2
        assert "make up" in done.stderr
