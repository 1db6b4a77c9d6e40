ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY build.js tsconfig.json tsconfig.build.json tsconfig.console.json ./
COPY src src
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
# Nobody calls from inside the container: its border is the port, as published, or OVOC_MOCK_ADMIN_TOKEN.
ENV NODE_ENV=production OVOC_MOCK_HOST=0.0.0.0 OVOC_MOCK_FIXTURES=/fixtures OVOC_MOCK_ADMIN_OPEN=true
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY fixtures fixtures
COPY fixtures /fixtures
USER 10001:10001
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=2s CMD ["node", "dist/cli.js", "health"]
ENTRYPOINT ["node", "dist/cli.js"]
