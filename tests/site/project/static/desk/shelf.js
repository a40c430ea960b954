export default "shelf";
