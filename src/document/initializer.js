/* global SwaggerUIBundle, SwaggerUIStandalonePreset */
SwaggerUIBundle({
  dom_id: '#swagger-ui',
  urls: [
    { name: 'OVOC', url: '../openapi.json' },
    { name: 'Control of the simulator', url: '../__admin/openapi.json' }
  ],
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  showExtensions: true
})
