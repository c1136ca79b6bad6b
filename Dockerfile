# One image for every process: the command picks it (web, bot, worker, migrate, doctor, up, …).
#
#   docker build -t ponder .
#   docker run --rm ponder --help

FROM python:3.13-slim-trixie AS build
WORKDIR /build
# uv and the build backend are locked too, and stay behind in this stage.
COPY requirements/bootstrap.txt requirements/
RUN python -m venv bootstrap \
    && bootstrap/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt
COPY requirements/app.txt requirements/
RUN bootstrap/bin/uv venv --python /usr/local/bin/python3 /opt/ponder \
    && bootstrap/bin/uv pip sync --no-cache --require-hashes --compile-bytecode \
        --python /opt/ponder/bin/python requirements/app.txt
# The analysers that look at other people's code: apart from Ponder, and compiled here, as the sandbox
# sees them read-only.
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm
COPY requirements/toolchain.txt requirements/
COPY requirements/node requirements/node
RUN bootstrap/bin/uv venv --python /usr/local/bin/python3 /opt/.tools \
    && bootstrap/bin/uv pip sync --no-cache --require-hashes --compile-bytecode \
        --python /opt/.tools/bin/python requirements/toolchain.txt \
    && cp -r requirements/node /opt/.tools/node \
    && npm ci --prefix /opt/.tools/node --ignore-scripts --no-audit --no-fund
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cli cli
COPY core core
COPY app.yml core/github/
COPY migrations migrations
COPY web web
COPY workers workers
RUN bootstrap/bin/python -c "from hatchling.build import build_wheel; build_wheel('wheels')" \
    && bootstrap/bin/uv pip install --no-cache --no-deps --offline \
        --python /opt/ponder/bin/python wheels/*.whl

FROM python:3.13-slim-trixie
# git fetches and blames; ssh is for git@ addresses; bubblewrap is the sandbox, and util-linux,
# coreutils and findutils, which are there, keep its limits; node runs tests and analysers of
# JavaScript, npm fetches what they import; tini reaps children.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        bubblewrap ca-certificates git nodejs npm openssh-client tini \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 ponder \
    && install -d -o ponder -g ponder -m 0700 /var/lib/ponder
COPY --from=build /opt/.tools /opt/.tools
COPY --from=build /opt/ponder /opt/ponder
ENV PATH=/opt/ponder/bin:$PATH \
    PONDER_DATA_DIR=/var/lib/ponder \
    PYTHONUNBUFFERED=1
USER ponder
WORKDIR /var/lib/ponder
VOLUME /var/lib/ponder
EXPOSE 8000
# For web and bot. A worker listens to nothing: docker-compose.yml turns this off for it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 4)"]
ENTRYPOINT ["tini", "--", "ponder"]
CMD ["--help"]
