"""Settings of the records service; one environment variable each."""

from typing import Annotated

import msgspec

from records.central import cell
from records.sound.sealing import keys


class RecordsSettings(cell.CellSettings, frozen=True, kw_only=True):
    """Where records are kept, and for how long."""

    records_dir: str = "/records"
    """Folder of the database."""
    recordings_dir: str = "/recordings"
    """Folder of the calls' recordings, where Asterisk writes them."""
    webhooks_dir: str = "/webhooks"
    """Folder of the messages that wait for others, in which callers are forgotten, too."""
    records_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = 90
    """Days after which a call's record and recording are deleted; 0: never."""
    recordings_max_gb: Annotated[float, msgspec.Meta(ge=0.0, le=1e6)] = 0.0
    """What recordings and messages may take on the disk (GB); beyond it the oldest are deleted; 0: anything."""
    campaigns_dir: str = "/campaigns"
    """Folder of the campaigns' files."""
    campaign_calls: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5
    """Calls of all campaigns at a time."""
    recordings_key: str = ""
    """Public keys with which recordings are encrypted, with commas between; empty: they are not."""
    analysis: bool = True
    """Whether calls are analysed once they are over: what became of them, what they were about, how callers felt."""
    cost_budget_per_day: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    """What engines may cost in a day before an alert tells of it, in the currency of the prices; 0: anything."""
    console_url: str = ""
    """Where browsers find this cell's console; empty: on its own machine."""

    def __post_init__(self) -> None:
        super().__post_init__()
        keys(self.recordings_key)
