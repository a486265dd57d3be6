# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot ./bot
RUN python -m venv /opt/leaverbot \
    && /opt/leaverbot/bin/pip install --no-cache-dir --constraint constraints.txt '.[entra,lambda]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/leaverbot --create-home leaverbot
COPY --from=build /opt/leaverbot /opt/leaverbot
ENV PATH=/opt/leaverbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LEAVERBOT_DATABASE_URL=sqlite:////var/lib/leaverbot/leaverbot.db \
    LEAVERBOT_HTTP_HOST=0.0.0.0
USER leaverbot
WORKDIR /var/lib/leaverbot
VOLUME /var/lib/leaverbot
EXPOSE 8080
# SIGTERM: what is under way is finished or parked within ten seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; p = os.environ.get('LEAVERBOT_HTTP_PORT') or '8080'; p == '0' or u.urlopen(f'http://127.0.0.1:{p}/healthz', timeout=4)"]
ENTRYPOINT ["leaverbot"]
CMD ["run"]
