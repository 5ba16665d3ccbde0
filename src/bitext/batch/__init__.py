"""Many documents: shards and folders in, units and formats out, resumed after a kill."""
