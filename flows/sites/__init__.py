"""The exports of one site: pulled over an API, tried before they are sent, waited for on the landing share, staged."""
