#!/bin/sh
# Stores DICOM files with curl, all in one request, and prints the answer.
#
#   examples/store.sh FILE…
#
# ISOCENTER_URL   DICOMweb root; http://127.0.0.1:8080/dicom-web without it
set -eu
url=${ISOCENTER_URL:-http://127.0.0.1:8080/dicom-web}
[ $# -gt 0 ] || {
  echo "usage: examples/store.sh FILE…" >&2
  exit 2
}

# A multipart/related body (RFC 2387): each part begins with the boundary and its type.
boundary=isocenter-$$-$(date +%s)
for file in "$@"; do
  [ -r "$file" ] || {
    echo "$file cannot be read" >&2
    exit 2
  }
done
{
  for file in "$@"; do
    printf -- '--%s\r\nContent-Type: application/dicom\r\n\r\n' "$boundary"
    cat -- "$file"
    printf '\r\n'
  done
  printf -- '--%s--\r\n' "$boundary"
} | curl --silent --show-error --request POST "$url/studies" \
  --header "Content-Type: multipart/related; type=\"application/dicom\"; boundary=$boundary" \
  --header 'Accept: application/dicom+json' \
  --header 'Expect:' --upload-file - --write-out '\nHTTP %{http_code}\n'
