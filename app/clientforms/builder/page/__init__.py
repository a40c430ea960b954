"""Pages with forms in their HTML, as Django renders them."""
