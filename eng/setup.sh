# shellcheck shell=bash
# Sourced by run, test and eng/*, which stand at the root of the checkout.
# Finds out what the machine lacks, installs it from Debian where it may, and builds.
# Everything said here goes to standard error: standard output belongs to vaguemestre.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

web_dll=src/Web/bin/Release/net10.0/vaguemestre.dll
logs=.work/logs
mkdir -p "$logs"

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'Arrêt : %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

require_dotnet() {
    command -v dotnet >/dev/null || fail "le SDK .NET 10 est nécessaire, et la commande « dotnet » est introuvable." \
        "Debian, Ubuntu : https://learn.microsoft.com/dotnet/core/install/linux, puis « apt-get install dotnet-sdk-10.0 »," \
        "ou sans droits : curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0, puis PATH=\"\$HOME/.dotnet:\$PATH\"."
}

require_build_tools() {
    require_dotnet
    dotnet --version >/dev/null 2>&1 || fail "aucun SDK .NET installé ne convient à global.json (version 10.0.100 ou plus récente)." \
        "Présents : $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')" "https://dotnet.microsoft.com/download/dotnet/10.0"
    local node=0
    if command -v npm >/dev/null && command -v node >/dev/null; then node=$(node -p 'process.versions.node.split(".")[0]'); fi
    [ "$node" -ge 20 ] || fail "Node.js 20 ou plus récent est nécessaire, avec npm, pour construire les pages." \
        "https://nodejs.org/fr/download, ou sous Debian 13 : apt-get install nodejs npm"
    require_packages tzdata=/usr/share/zoneinfo/Europe/Paris
}

# require_packages PACKAGE=PROBE…: a probe is the path of a file (or a pattern) that the package brings.
require_packages() {
    local wanted=() entry
    for entry in "$@"; do
        compgen -G "${entry#*=}" >/dev/null || wanted+=("${entry%%=*}")
    done
    [ ${#wanted[@]} -gt 0 ] || return 0

    command -v apt-get >/dev/null || fail "il manque : ${wanted[*]} (noms des paquets Debian)." \
        "Cette machine n’a pas apt-get ; installez ces programmes à sa manière, puis recommencez."
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || fail "il manque des paquets Debian, et les installer demande des droits. Tapez :" \
            "sudo eng/install-packages ${wanted[*]}" "puis recommencez."
        as_root=(sudo -n)
    fi
    say "Installation des paquets Debian qui manquent : ${wanted[*]}…"
    "${as_root[@]}" eng/install-packages "${wanted[@]}" >"$logs/apt.log" 2>&1 ||
        { cat "$logs/apt.log" >&2; fail "l’installation a échoué (ci-dessus)."; }
}

require_test_programs() {
    require_packages \
        postgresql='/usr/lib/postgresql/*/bin/postgres' \
        postfix=/usr/sbin/smtp-sink \
        opendkim=/usr/sbin/opendkim \
        opendkim-tools=/usr/sbin/opendkim-genkey \
        dnsmasq-base=/usr/sbin/dnsmasq \
        dovecot-imapd=/usr/lib/dovecot/imap \
        clamav-daemon=/usr/sbin/clamd \
        chromium-headless-shell=/usr/bin/chromium-headless-shell \
        curl=/usr/bin/curl \
        fonts-liberation='/usr/share/fonts/truetype/*/*.ttf' \
        qpdf=/usr/bin/qpdf \
        poppler-utils=/usr/bin/pdftotext \
        mupdf-tools=/usr/bin/mutool \
        openssl=/usr/bin/openssl \
        jq=/usr/bin/jq \
        python3=/usr/bin/python3
}

# What a build of the product reads, and what it leaves: one digest each.
sources_digest() {
    find src Directory.*.props global.json \
        \( -name bin -o -name obj -o -name node_modules -o -path src/Web/wwwroot/dist \) -prune -o \
        -type f -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum
}
outputs_digest() {
    find "$web_dll" src/Web/wwwroot/dist -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum
}

is_built() { [ -f "$web_dll" ] && [ "$(cat .work/built 2>/dev/null)" = "$(sources_digest) $(outputs_digest)" ]; }

# build WHAT: a Release build that says one line, or everything when it fails.
build() {
    local sources
    sources=$(sources_digest)
    say "Construction de Vaguemestre…"
    flock -o .work/build.lock dotnet build "$1" -c Release -v minimal -clp:NoSummary >"$logs/build.log" 2>&1 ||
        { cat "$logs/build.log" >&2; fail "la construction a échoué (ci-dessus)."; }
    printf '%s\n' "$sources $(outputs_digest)" >.work/built
}
