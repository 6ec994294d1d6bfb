"""The connector's pages: overview, plan, needs attention, sync log, history, connect. They show what `office` tells."""
