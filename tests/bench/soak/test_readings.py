"""What a stack holds, read from what its containers print."""

from bench.soak.readings import calls, growth, held, keys


def test_open_files_and_memory_of_all_processes_count_together() -> None:
    assert held("fds 12\nkib 2048\nfds 3\nkib 1024\n") == {"fds": 15, "memory_mib": 3.0}


def test_channels_and_bridges_are_counted_in_what_the_console_says() -> None:
    console = (
        "4 active channels\n2 active calls\n9 calls processed\n"
        "Bridge-ID                            Name        Chans Type            Technology      Duration\n"
        "bridge-1764316.3                     <none>          2 stasis          simple_bridge   00:00:12\n"
        "bridge-1764317.4                     <none>          2 stasis          simple_bridge   00:00:03\n"
    )
    assert calls(console) == {"channels": 4, "bridges": 2}
    assert calls("0 active channels\n0 active calls\n9 calls processed\n") == {"channels": 0, "bridges": 0}


def test_keys_that_stay_are_told_from_those_that_go_by_themselves() -> None:
    assert keys("ttl -1\nttl 3599\nttl -1\nttl 0\nttl -2\n") == {"keys_that_stay": 2, "keys_that_go": 2}


def test_growth_is_the_difference_of_what_was_read_both_times() -> None:
    before, after = {"gateway_fds": 40.0, "gone": 1.0}, {"gateway_fds": 42.0}
    assert growth(before, after) == {"gateway_fds_grown": 2.0}
