"""Settings of the records service; one environment variable each."""

from typing import Annotated

import msgspec

from parley.settings import Settings


class RecordsSettings(Settings, frozen=True, kw_only=True):
    """Where records are kept, and for how long."""

    records_dir: str = "/records"
    """Folder of the database."""
    recordings_dir: str = "/recordings"
    """Folder of the calls' recordings, where Asterisk writes them."""
    records_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 90
    """Days after which a call's record and recording are deleted; 0: never."""
