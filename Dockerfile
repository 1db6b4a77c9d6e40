ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY build.js build-assets.js tsconfig.json tsconfig.build.json tsconfig.console.json ./
COPY src src
COPY fixtures fixtures
RUN npm run build && npm prune --omit=dev
# Node 22 and later take compiled code from here. It is of use to the same user only, and in the same folder.
RUN mkdir .compile-cache && chown 10001:10001 .compile-cache
USER 10001:10001
ENV NODE_COMPILE_CACHE=/app/.compile-cache
RUN node dist/cli.js & until node dist/cli.js health; do sleep 1; done; kill $! && wait $!

FROM ${NODE_IMAGE}
# Nobody calls from inside the container: its border is the port, as published, or OVOC_MOCK_ADMIN_TOKEN.
ENV NODE_ENV=production OVOC_MOCK_HOST=0.0.0.0 OVOC_MOCK_FIXTURES=/fixtures OVOC_MOCK_ADMIN_OPEN=true \
  NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/.compile-cache .compile-cache
COPY fixtures fixtures
COPY fixtures /fixtures
USER 10001:10001
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["node", "dist/cli.js", "health"]
ENTRYPOINT ["node", "dist/cli.js"]
