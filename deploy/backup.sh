#!/usr/bin/env bash
# One dated folder with all that can't be made again, and the published night.
# Prefect's database is read as its owner, from ~/.pgpass or PGPASSFILE; leave PREFECT_DATABASE empty to go without it.
set -euo pipefail
umask 0077
to="${CARTROVE_BACKUP:?the folder of the backups}/$(date +%Y-%m-%dT%H%M%S)"
mkdir -p "$to.unfinished"

# What sites sent, how it is read, what every run did and what it rested on.
tar --create --gzip --file "$to.unfinished/landing.tar.gz" --directory "$CARTROVE_LANDING" .
tar --create --gzip --file "$to.unfinished/studies.tar.gz" --directory "$CARTROVE_STUDIES" .
# A published file is replaced as a whole and never written to, so a plain copy of it is consistent.
for folder in log nights warehouse reports queries packs; do
  # Before the first night there are none.
  if [ -d "$CARTROVE_WORKSPACE/$folder" ]; then cp --recursive "$CARTROVE_WORKSPACE/$folder" "$to.unfinished/$folder"; fi
done
rm -rf "$to.unfinished/warehouse/building"
# Who ran what when: history of runs, not needed to publish.
if [ -n "${PREFECT_DATABASE:-}" ]; then
  pg_dump --format custom --file "$to.unfinished/prefect.dump" "$PREFECT_DATABASE"
fi
# Which release made all this, so that it is restored with the same: its tag, or the commit where there is none.
code="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# The installation belongs to root, and git would ask whether it may be trusted; it is only read.
git -c safe.directory="$code" -C "$code" describe --tags --always --dirty > "$to.unfinished/RELEASE" 2>/dev/null \
  || sed -n 's/^version = "\(.*\)"$/v\1/p' "$code/pyproject.toml" > "$to.unfinished/RELEASE"
(cd "$to.unfinished" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
mv "$to.unfinished" "$to"
echo "$to"
