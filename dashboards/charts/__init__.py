"""One file a chart; each holds one pure ``figure(rows)`` that answers plain dicts for plotly."""
