"""Three scans of one process, as the running bot makes them. Run as a program; prints each one's calls as JSON."""

import json
import logging
import sys

from bot.core.scan.strategy import LastScan
from bot.logs import set_up_logging
from bot.processes.connect_aws import connect_aws, scanner


def main() -> None:
    """Scan, each time with what is known of the scan before."""
    set_up_logging("console", logging.WARNING)
    reader, last, scans = scanner(connect_aws()), LastScan(), []
    for _ in range(3):
        coverage = reader.scan(last=last).coverage
        last = LastScan.of(coverage)
        ends = {str(how.what): str(how.strategy) for how in coverage.how}
        scans.append({"status": coverage.status, "calls": coverage.calls, "ends": ends})
    json.dump(scans, sys.stdout)


if __name__ == "__main__":
    main()
