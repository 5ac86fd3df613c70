"""What Prometheus gets from programs that are not Parley's, as far as dashboards ask for it."""

FOREIGN = {
    # Prometheus's own.
    "up",
    "ALERTS",
    # Every Python service's process, by prometheus_client.
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    # Asterisk's res_prometheus.
    "asterisk_bridges_count",
    "asterisk_calls_count",
    "asterisk_calls_sum",
    "asterisk_channels_count",
    "asterisk_core_uptime_seconds",
    "asterisk_endpoints_state",
    # llama-server.
    "llamacpp:requests_deferred",
    "llamacpp:requests_processing",
    # Prometheus's node exporter.
    "node_cpu_seconds_total",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_load1",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
}
