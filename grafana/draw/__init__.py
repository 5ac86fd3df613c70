"""Dashboards as pictures, for pages: what Grafana would show, drawn from live data by matplotlib."""
