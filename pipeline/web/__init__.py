"""The library in the browser, on this machine alone; only `relisten serve` imports it."""
