# The wheel is built in one stage and installed in another; the image holds no build tool and no secret.
FROM python:3.13-slim AS build
WORKDIR /build
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir dist .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="covbot" \
      org.opencontainers.image.description="Turns the uncovered lines of a CI job into bugs that volunteers can pick" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/dist /opt/covbot
RUN pip install --no-cache-dir "$(ls /opt/covbot/covbot-*.whl)[postgres]"
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin covbot \
    && install --directory --owner=covbot --group=covbot --mode=0750 /data
ENV HOME=/data PYTHONUNBUFFERED=1
USER covbot
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["covbot"]
CMD ["serve", "--host", "0.0.0.0"]
