# The program as an image: `docker build -t rbc-events .`. How it is run: compose.yaml, docs/production.md.
FROM python:3.13-slim-trixie AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The wheel carries pages, styles, fonts and translations; what it runs on comes as it is locked.
RUN make dist
RUN python -m venv /opt/rbc-events \
    && /opt/rbc-events/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary :all: -r requirements.txt \
    && /opt/rbc-events/bin/pip install --no-cache-dir --no-deps dist/*.whl \
    && /opt/rbc-events/bin/rbc-events schedule compile

FROM python:3.13-slim-trixie
RUN useradd --system --uid 10001 --home-dir /data --create-home rbc-events && chmod 700 /data
COPY --from=build /opt/rbc-events /opt/rbc-events
ENV PATH=/opt/rbc-events/bin:$PATH RBC_ENV=production RBC_INSTANCE=/data RBC_HOST=0.0.0.0
USER rbc-events
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["rbc-events", "serve"]
