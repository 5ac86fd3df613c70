"""A call's PCM buffers in the SIP stack."""

import baresip

from caller.phone.line import Format

_READ_BYTES = 32_768


class CallBuffers:
    """Those of one call, as a line wants them: `LookupError` says that there are none now."""

    def __init__(self, audio: baresip.CallAudio) -> None:
        self._audio = audio

    def format(self) -> Format:
        """Rate and channels."""
        try:
            info = self._audio.info()
        except baresip.AudioNotActive as error:
            raise LookupError from error
        if not (info.tx_ready and info.rx_ready):
            raise LookupError
        return Format(info.tx_sample_rate, info.tx_channels)

    def read(self) -> bytes:
        """What was heard since the last time."""
        try:
            data: bytes = self._audio.read(_READ_BYTES)
        except baresip.AudioRestarted:
            return b""
        except baresip.AudioNotActive as error:
            raise LookupError from error
        return data

    def write(self, pcm: bytes) -> int:
        """Hand over what is to be said; return how many bytes were taken."""
        try:
            taken: int = self._audio.write(pcm)
        except baresip.AudioRestarted:
            return 0
        except baresip.AudioNotActive as error:
            raise LookupError from error
        return taken

    def unsent(self) -> int:
        """Bytes that have not left yet."""
        try:
            unsent: int = self._audio.info().tx_buffered
        except baresip.AudioNotActive as error:
            raise LookupError from error
        return unsent

    def flush(self) -> None:
        """Throw away what has not left."""
        try:
            self._audio.flush_tx()
        except baresip.AudioRestarted:
            return
        except baresip.AudioNotActive as error:
            raise LookupError from error
