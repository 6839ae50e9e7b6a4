# Two stages: the first builds with a JDK and Maven, the second has a JRE, the jars and a user without privileges.
FROM eclipse-temurin:25-jdk AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN ./mvnw -q -DskipTests -DskipTestCompile -Dspotless.check.skip=true package

FROM eclipse-temurin:25-jre
# tini reaps what deploy commands leave behind; setsid (util-linux) gives each command a session of its own.
RUN apt-get update && apt-get install -y --no-install-recommends curl git tini util-linux && rm -rf /var/lib/apt/lists/* \
  && useradd --system --create-home --home-dir /var/lib/quark --shell /usr/sbin/nologin quark
COPY --from=build /src/quark-app/target/dist /opt/quark
USER quark
WORKDIR /var/lib/quark
VOLUME /var/lib/quark
EXPOSE 8000 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD curl -fsS http://127.0.0.1:8000/health || exit 1
ENV QUARK_CLASS_CACHE=/var/lib/quark/quark.jsa
ENTRYPOINT ["tini", "--", "/opt/quark/quark"]
CMD ["serve"]
