"""What is done to a container: the means, by the engine alone. All of them are over when they return.

Signals go to the processes within, not by `docker kill`: a container that the engine has killed is not started anew by
its policy, and a container that dies by itself is.
"""

import asyncio
import socket
import time
from typing import Any

from docker.errors import APIError, ContainerError
from docker.models.containers import Container

from bench.instruments.engine import Engine, EngineRefused, is_well

HANG_S = 20.0
"""How long a part hangs, is cut off or has no room."""
_SIGNAL = """
for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" || continue
    pid=${stat#/proc/} pid=${pid%/stat}
    set -- ${line##*) }
    [ "$pid" = 1 ] || [ "$2" = 0 ] || [ "$pid" = $$ ] || [ "$2" = $$ ] || kill -SIGNAL "$pid"
done 2>/dev/null
:
"""
"""To every process of a container but its init and what was started beside (probes, this script)."""
_STARVE = """
for adj in /proc/[0-9]*/oom_score_adj; do
    [ "$adj" = /proc/1/oom_score_adj ] || [ "$adj" = /proc/$$/oom_score_adj ] || echo 1000 >"$adj"
done 2>/dev/null
head -c BYTES /dev/zero | tail -c BYTES >/dev/null
:
"""
"""Fills the container's memory; the kernel then ends what the container is for, not first this script."""
_MIB = 1 << 20
_SPARE = 96 * _MIB
_BETWEEN_LIVES_S, _AGAIN_S = 30.0, 0.5
_LINK = """
import fcntl, socket, struct, sys, time
names = [socket.if_indextoname(int(index)).encode() for index in sys.argv[2:]]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    def put(name, up):
        request = struct.pack("16sh", name, 0)
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, 0x8913, request))[1]
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", name, flags & ~1 | up))
    for name in names: put(name, 0)
    time.sleep(float(sys.argv[1]))
    for name in names: put(name, 1)
"""
"""Takes network interfaces down for a while: SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP; see netdevice(7)."""


_NO_NAMES = """
each() {
    for pid in $PIDS; do
        nsenter --target "$pid" --net iptables --wait 5 "$1" OUTPUT --destination 127.0.0.11 --jump DROP || failed=$pid
    done
}
failed=
each --insert
refused=$failed
sleep SECONDS
each --delete 2>/dev/null
[ -z "$refused" ]
"""
"""Takes the engine's resolver away from containers, in their network namespaces: whoever asks it waits in vain. A
container that was made anew meanwhile has it again already."""


class Harm(Engine):
    """The engine, with what it can do to a container."""

    def signal(self, container: Container, name: str) -> None:
        """Send a signal to what a container is for."""
        self.run(container, _SIGNAL.replace("SIGNAL", name))

    def starve(self, container: Container) -> None:
        """Have it run out of memory."""
        container.reload()
        limits = container.attrs["HostConfig"]
        used = container.stats(stream=False)["memory_stats"].get("usage", 0)
        limit = used + _SPARE
        _let_have(container, limit, limit)
        try:
            # The script ends with the container.
            self.run(container, _STARVE.replace("BYTES", str(limit)), may_fail=True)
        finally:
            _let_have(container, limits["Memory"], limits["MemorySwap"])

    def cut_off(self, container: Container, seconds: float) -> None:
        """Take the cables out: the host's ends of its networks go down."""
        indexes = self.run(container, "cat /sys/class/net/eth*/iflink").split()
        image = self.docker.containers.get(socket.gethostname()).image.id
        command = ["python", "-c", _LINK, str(seconds), *indexes]
        self.docker.containers.run(image, command, network_mode="host", cap_add=["NET_ADMIN"], remove=True)

    def forget_names(self, seconds: float) -> None:
        """Have no container find the address of a name; EngineRefused when one still could."""
        pids = " ".join(str(container.attrs["State"]["Pid"]) for container in self.containers())
        image = self.docker.containers.get(socket.gethostname()).image.id
        script = _NO_NAMES.replace("SECONDS", str(seconds))
        try:
            self.docker.containers.run(
                image,
                ["sh", "-c", script],
                environment={"PIDS": pids},
                network_mode="host",
                pid_mode="host",
                cap_add=["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"],
                security_opt=["apparmor=unconfined"],
                remove=True,
            )
        except ContainerError as error:
            raise EngineRefused(f"names can still be looked up: {error.stderr!r}") from error


def _let_have(container: Container, memory: int, with_swap: int) -> None:
    """Limit a container's memory; APIError when the engine refuses for long: between two lives it has no limits."""
    deadline = time.monotonic() + _BETWEEN_LIVES_S
    while True:
        try:
            container.update(mem_limit=memory, memswap_limit=with_swap)
        except APIError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


async def one_of(engine: Harm, service: str, harm: Any, *arguments: Any) -> None:
    """Do something to one container of a service, to a healthy one where there is one: what runs twice loses one."""
    found = await asyncio.to_thread(engine.containers, service)
    await asyncio.to_thread(harm, min(found, key=lambda container: not is_well(container)), *arguments)
