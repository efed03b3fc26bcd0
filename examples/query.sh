#!/bin/sh
# Searches studies with curl and prints a line for each: date, patient, modalities, number of instances, UID.
# Needs jq.
#
#   examples/query.sh [KEY=VALUE…]
#   examples/query.sh PatientName='Lovelace*' StudyDate=20240101-20241231
#   examples/query.sh fuzzymatching=true PatientName='ada lov' limit=5
#
# ISOCENTER_URL   DICOMweb root; http://127.0.0.1:8080/dicom-web without it
set -eu
url=${ISOCENTER_URL:-http://127.0.0.1:8080/dicom-web}

# Each argument becomes a parameter; curl escapes what stands after the equals sign.
for parameter in "$@"; do
  set -- "$@" --data-urlencode "$parameter"
  shift
done
answer=$(curl --silent --show-error --get "$url/studies" "$@" --header 'Accept: application/dicom+json')
if [ -z "$answer" ]; then
  echo "no studies" >&2
  exit 0
fi
printf '%s' "$answer" | jq --raw-output '
  if type == "object" then error(.detail) else .[] end
  | [ .["00080020"].Value[0]? // "-",
      .["00100010"].Value[0].Alphabetic? // "-",
      (.["00080061"].Value? // [] | join("+")),
      .["00201208"].Value[0],
      .["0020000D"].Value[0] ]
  | @tsv'
