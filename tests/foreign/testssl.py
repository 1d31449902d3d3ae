"""Says what testssl.sh found, and fails if anything of it is worse than LOW, or if it did not come to its end."""
import collections
import json
import sys

FINE = {"OK", "INFO", "LOW", "DEBUG"}
# Of the OpenSSL of the machine that scans: it has no GOST.
OF_THE_SCANNER = {"engine_problem"}

with open(sys.argv[1]) as file:
    findings = [finding for finding in json.load(file) if finding["id"] not in OF_THE_SCANNER]
count = collections.Counter(finding["severity"] for finding in findings)
print("testssl.sh:", ", ".join(f"{number} {severity}" for severity, number in count.most_common()))
for finding in findings:
    if finding["severity"] not in {"OK", "INFO"}:
        print(f"  {finding['severity']} {finding['id']}: {finding['finding']}")
ended = any(finding["id"] == "scanTime" for finding in findings)
if not ended:
    print("  it did not come to its end")
sys.exit(0 if ended and set(count) <= FINE else 1)
