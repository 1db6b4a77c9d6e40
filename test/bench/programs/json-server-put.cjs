module.exports = (request, _response, next) => {
  request.method = 'GET'
  next()
}
